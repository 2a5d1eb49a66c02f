import assert from "node:assert/strict";
import {
  coreCount,
  isInputError,
  mapInWorkers,
  shared,
  WorkerPool,
} from "@cathode/core/mod.ts";
import { draw } from "./tasks.ts";

const module = new URL("./tasks.ts", import.meta.url);

Deno.test("mapInWorkers() gives the same results in order with any number of workers", async () => {
  const items = Array.from({ length: 23 }, (_, key) => ({ seed: 1, key }));
  for (const workers of [1, 2, 5]) {
    const results = await mapInWorkers({ module, name: "draw" }, items, {
      workers,
    });
    assert.deepEqual(results, items.map(draw));
  }
});

Deno.test("mapInWorkers() gives nothing for no items", async () => {
  assert.deepEqual(await mapInWorkers({ module, name: "draw" }, []), []);
});

Deno.test("mapInWorkers() lets workers fill one array together", async () => {
  const values = shared(Float64Array, 1000);
  const items = Array.from(
    { length: 10 },
    (_, i) => ({ values, from: 100 * i, to: 100 * i + 100 }),
  );
  await mapInWorkers({ module, name: "fill" }, items, { workers: 2 });
  assert.deepEqual(
    Array.from(values),
    Array.from({ length: 1000 }, (_, i) => i * i),
  );
});

Deno.test("mapInWorkers() tells its progress from 0 to 1", async () => {
  const heard: [string, number][] = [];
  await mapInWorkers({ module, name: "fail" }, [0, 1, 2, 4], {
    workers: 2,
    step: "counting",
    progress: (step, done) => heard.push([step, done]),
  });
  assert.deepEqual(
    heard,
    [0, 0.25, 0.5, 0.75, 1].map((done) => ["counting", done]),
  );
});

Deno.test("mapInWorkers() throws what the function throws", async () => {
  const run = (items: number[]) =>
    mapInWorkers({ module, name: "fail" }, items, { workers: 1 });
  await assert.rejects(run([1, 2, 3, 4]), (error) => {
    assert.ok(error instanceof Error && isInputError(error));
    assert.equal(error.name, "DataError");
    assert.equal(error.message, "row 3: Cannot use the item");
    assert.match(error.stack!, /tasks\.ts/);
    return true;
  });
  await assert.rejects(run([5]), RangeError);
});

Deno.test("mapInWorkers() throws if the module or the function is not there", async () => {
  await assert.rejects(
    mapInWorkers({ module: new URL("./none.ts", import.meta.url), name: "a" }, [
      1,
    ]),
    Error,
  );
  await assert.rejects(mapInWorkers({ module, name: "none" }, [1]), TypeError);
});

Deno.test("WorkerPool gives right answers in the round after a failure", async () => {
  using pool = new WorkerPool(2);
  await assert.rejects(pool.map({ module, name: "wait" }, [0, 1]), RangeError);
  assert.deepEqual(await pool.map({ module, name: "wait" }, [10, 12, 14]), [
    10,
    12,
    14,
  ]);
});

Deno.test("WorkerPool throws if there is no worker for the items", async () => {
  using pool = new WorkerPool(0);
  assert.equal(pool.size, 0);
  assert.deepEqual(await pool.map({ module, name: "draw" }, []), []);
  await assert.rejects(pool.map({ module, name: "draw" }, [1, 2]), {
    name: "RangeError",
    message:
      "Cannot work on 2 items as there must be at least one worker: current value is 0",
  });
  for (const workers of [-1, 1.5, NaN]) {
    assert.throws(() => new WorkerPool(workers), RangeError);
  }
});

Deno.test("mapInWorkers() takes over the worker of the call before, unless that holds much shared memory", async () => {
  const count = async (item: unknown) =>
    (await mapInWorkers<unknown, number>({ module, name: "countCalls" }, [
      item,
    ]))[0];
  const first = await count(0);
  assert.equal(await count(0), first! + 1);
  // Memory that nobody touches takes none.
  const volume = { data: shared(Uint8Array, 2 ** 29) };
  assert.equal(await count({ volume }), first! + 2);
  assert.equal(await count(0), 1);
});

Deno.test("WorkerPool does not give back a worker that is busy", async () => {
  const pool = new WorkerPool(1);
  const late = pool.map({ module, name: "wait" }, [0]);
  pool[Symbol.dispose]();
  assert.deepEqual(
    await mapInWorkers({ module, name: "wait" }, [7], { workers: 1 }),
    [7],
  );
  late.catch(() => {});
});

Deno.test("mapInWorkers() lets a program end", async () => {
  const workers = new URL("../../lib/core/workers.ts", import.meta.url);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { mapInWorkers } from "${workers}";
      await mapInWorkers({ module: new URL("${module}"), name: "draw" }, [{ seed: 1, key: 2 }]);`,
    ],
  }).output();
  assert.ok(success);
});

Deno.test("shared() gives zeros in memory that workers share", () => {
  const values = shared(Uint16Array, 3);
  assert.deepEqual(Array.from(values), [0, 0, 0]);
  assert.ok(values.buffer instanceof SharedArrayBuffer);
  assert.ok(coreCount() >= 1);
});

Deno.test("shared() does not let memory that nobody uses pile up", async () => {
  const workers = new URL("../../lib/core/workers.ts", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { shared } from "${workers}";
      let most = 0;
      for (let i = 0; i < 24; i++) {
        const values = shared(Uint8Array, 2 ** 26);
        for (let k = 0; k < values.length; k += 4096) values[k] = 1;
        most = Math.max(most, Deno.memoryUsage().rss);
      }
      console.log(most / 2 ** 20);`,
    ],
  }).output();
  const most_mb = Number(new TextDecoder().decode(stdout));
  // All 24 of 64 MB would take 1,536.
  assert.ok(most_mb > 64 && most_mb < 1000, `${most_mb} MB`);
});
