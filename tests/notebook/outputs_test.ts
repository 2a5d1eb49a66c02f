import assert from "node:assert/strict";
import { OutputCollector } from "@cathode/notebook/outputs.ts";
import type { Message } from "@cathode/notebook/messages.ts";

/** What is kept of a cell that publishes these messages. */
function collect(...messages: [string, Record<string, unknown>][]) {
  const collector = new OutputCollector(new Map());
  for (const [type, content] of messages) collector.add(message(type, content));
  return collector.finish();
}

function message(type: string, content: Record<string, unknown>): Message {
  return { type, parent: null, content };
}

const stream = (text: string, name = "stdout") =>
  ["stream", { name, text }] as [string, Record<string, unknown>];

Deno.test("OutputCollector joins what is printed in a row on one stream", () => {
  assert.deepEqual(
    collect(stream("a"), stream("b\n"), stream("c", "stderr"), stream("d")),
    [
      { output_type: "stream", name: "stdout", text: "ab\n" },
      { output_type: "stream", name: "stderr", text: "c" },
      { output_type: "stream", name: "stdout", text: "d" },
    ],
  );
});

Deno.test("OutputCollector removes colours, also where they are split over messages", () => {
  assert.deepEqual(collect(stream("\x1b[3"), stream("1mred\x1b[39m")), [
    { output_type: "stream", name: "stdout", text: "red" },
  ]);
});

Deno.test("OutputCollector puts the error last, which the kernel may publish first", () => {
  const outputs = collect(
    ["error", { ename: "E", evalue: "v", traceback: ["\x1b[31mE: v\x1b[0m"] }],
    stream("printed before\n"),
  );
  assert.deepEqual(outputs.map(({ output_type }) => output_type), [
    "stream",
    "error",
  ]);
  assert.deepEqual(outputs[1], {
    output_type: "error",
    ename: "E",
    evalue: "v",
    traceback: ["E: v"],
  });
});

Deno.test("OutputCollector updates a display that an earlier cell made", () => {
  const displays = new Map();
  const show = (type: string, text: string) =>
    message(type, {
      data: { "text/plain": text },
      metadata: {},
      transient: { display_id: "d" },
    });
  const first = new OutputCollector(displays);
  first.add(show("display_data", "old"));
  const outputs = first.finish();
  const second = new OutputCollector(displays);
  second.add(show("update_display_data", "new"));
  assert.deepEqual(second.finish(), []);
  assert.deepEqual(outputs, [
    {
      output_type: "display_data",
      data: { "text/plain": "new" },
      metadata: {},
    },
  ]);
});

Deno.test("OutputCollector clears at once, or when the next output comes", () => {
  assert.deepEqual(collect(stream("a"), ["clear_output", { wait: false }]), []);
  const kept = { output_type: "stream", name: "stdout", text: "a" };
  assert.deepEqual(collect(stream("a"), ["clear_output", { wait: true }]), [
    kept,
  ]);
  assert.deepEqual(
    collect(stream("b"), ["clear_output", { wait: true }], stream("a")),
    [kept],
  );
});

Deno.test("OutputCollector bounds what is printed over many messages", () => {
  const line = "0123456789".repeat(10);
  const outputs = collect(
    ...Array.from({ length: 2000 }, () => stream(line)),
    stream("more", "stderr"),
  );
  assert.deepEqual(outputs, [
    { output_type: "stream", name: "stdout", text: line.repeat(1000) },
    {
      output_type: "stream",
      name: "stderr",
      text: "The cell printed more than the 100000 characters that are kept\n",
    },
  ]);
});

Deno.test("OutputCollector does not count a display that is updated many times as many", () => {
  const data = { "text/plain": "x".repeat(400_000) };
  const transient = { display_id: "d" };
  const outputs = collect(
    ["display_data", { data, metadata: {}, transient }],
    ...Array.from(
      { length: 10 },
      () =>
        ["update_display_data", { data, metadata: {}, transient }] as [
          string,
          Record<string, unknown>,
        ],
    ),
  );
  assert.deepEqual(outputs, [
    { output_type: "display_data", data, metadata: {} },
  ]);
});
