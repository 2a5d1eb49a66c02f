import assert from "node:assert/strict";
import { CellExecutor, Kernel, KernelDeath } from "@cathode/notebook/mod.ts";
import { decodeMessage, encodeRequest } from "@cathode/notebook/messages.ts";
import { ZmtpSocket } from "@cathode/notebook/zmtp.ts";

const session = { id: "s", key: "secret" };

Deno.test("decodeMessage() reads what encodeRequest() wrote, behind any routing frames", () => {
  const { id, frames } = encodeRequest(
    "execute_request",
    { code: "µ" },
    session,
  );
  const routed = [new Uint8Array([1, 2]), ...frames];
  assert.deepEqual(decodeMessage(routed, session), {
    type: "execute_request",
    parent: null,
    content: { code: "µ" },
  });
  assert.match(id, /^[0-9a-f-]{36}$/);
});

Deno.test("decodeMessage() throws if the message is changed, incomplete or signed by another", () => {
  const { frames } = encodeRequest(
    "status",
    { execution_state: "idle" },
    session,
  );
  const content = new TextEncoder().encode(`{"execution_state": "busy"}`);
  const untrusted = /^Cannot trust the message/;
  assert.throws(
    () => decodeMessage([...frames.slice(0, -1), content], session),
    { message: untrusted },
  );
  assert.throws(() => decodeMessage(frames, { ...session, key: "other" }), {
    message: untrusted,
  });
  assert.throws(() => decodeMessage(frames.slice(0, 3), session), {
    message: /^Cannot read the message as it must have six parts/,
  });
});

Deno.test("ZmtpSocket.connect() throws if the other side speaks something else", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answer = (async () => {
    using connection = await listener.accept();
    await connection.write(
      new TextEncoder().encode("HTTP/1.1 400 No\n".repeat(4)),
    );
    await connection.read(new Uint8Array(64));
  })();
  await assert.rejects(ZmtpSocket.connect("SUB", listener.addr.port), {
    message: /must speak ZMTP 3/,
  });
  await answer;
});

Deno.test("ZmtpSocket keeps the bounds of short and long frames", async () => {
  // The other side shakes hands as ZMTP 3.0 says and sends back what comes.
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const echo = (async () => {
    using connection = await listener.accept();
    const greeting = new Uint8Array(64);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3]);
    greeting.set(new TextEncoder().encode("NULL"), 12);
    await connection.write(greeting);
    const ready = "\x05READY\x0bSocket-Type\0\0\0\x06ROUTER";
    const command = new TextEncoder().encode(`\x04\x1c${ready}`);
    await connection.write(command);
    // 64 bytes of greeting and 28 + 2 of READY from a DEALER
    for (let skip = 64 + 30; skip > 0;) {
      skip -= (await connection.read(new Uint8Array(skip)))!;
    }
    const buffer = new Uint8Array(4096);
    for (
      let n = await connection.read(buffer);
      n;
      n = await connection.read(buffer)
    ) {
      for (let at = 0; at < n;) {
        at += await connection.write(buffer.subarray(at, n));
      }
    }
  })();
  const socket = await ZmtpSocket.connect("DEALER", listener.addr.port);
  for (const lengths of [[0], [1, 255], [256, 0, 200_000], [65_536, 3]]) {
    const frames = lengths.map((length) =>
      Uint8Array.from({ length }, (_, i) => i * 7)
    );
    await socket.send(frames);
    assert.deepEqual(await socket.receive(), frames);
  }
  socket[Symbol.dispose]();
  await echo;
});

Deno.test("Kernel reports its end to whoever waits for it, with what it said", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  const ended = assert.rejects(kernel.failed, KernelDeath);
  Deno.kill(kernel.pid, "SIGTERM");
  await ended;
  await assert.rejects(kernel.request("kernel_info_request", {}), {
    name: "KernelDeath",
    message: /^the kernel ended with SIGTERM/,
  });
});

Deno.test("Kernel gets the environment that it is given, and no colours", async () => {
  await using kernel = await Kernel.start({
    cwd: Deno.cwd(),
    env: { CATHODE_TEST: "given" },
  });
  const { outputs } = await (await CellExecutor.on(kernel)).execute(
    `Deno.env.get("CATHODE_TEST") + Deno.noColor`,
    10,
  );
  assert.deepEqual(outputs, [{
    output_type: "execute_result",
    data: { "text/plain": `"giventrue"` },
    metadata: {},
    execution_count: 1,
  }]);
});

Deno.test("CellExecutor counts what comes after the end of a cell", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  const executor = await CellExecutor.on(kernel);
  const { outputs } = await executor.execute(
    `setTimeout(() => console.log("late"), 100);\n1;`,
    10,
  );
  assert.equal(outputs.length, 1);
  assert.equal(executor.takeLate(), 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(executor.takeLate(), 1);
  assert.equal(executor.takeLate(), 0);
});

Deno.test("CellExecutor leaves no output behind when a cell has thrown", async () => {
  await using kernel = await Kernel.start({ cwd: Deno.cwd() });
  const executor = await CellExecutor.on(kernel);
  const lines = Array.from({ length: 100 }, (_, i) => `${i}\n`).join("");
  for (let repeat = 0; repeat < 5; repeat++) {
    const thrown = await executor.execute(
      `for (let i = 0; i < 100; i++) console.log(i);\nthrow new Error("end");`,
      10,
    );
    assert.deepEqual(thrown.outputs[0], {
      output_type: "stream",
      name: "stdout",
      text: lines,
    });
    assert.equal(thrown.outputs[1]?.output_type, "error");
    assert.equal(thrown.error?.message, "end");
    const next = await executor.execute("undefined", 10);
    assert.deepEqual(next.outputs, []);
  }
});
