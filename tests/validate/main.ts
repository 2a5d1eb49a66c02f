/**
 * Runs the long statistical acceptance, one part after the other; arguments are
 * names of parts, without them all run. Ends with status 1 if a part fails.
 */
const parts = [
  "attributes",
  "forest",
  "latent",
  "network",
  "notebooks",
  "pitt",
  "segmentation",
];

const chosen = Deno.args.length === 0 ? parts : Deno.args;
const unknown = chosen.find((name) => !parts.includes(name));
if (unknown !== undefined) {
  console.error(
    `Cannot validate as a part must be one of ${
      parts.join(", ")
    }: current value is ${unknown}`,
  );
  Deno.exit(2);
}
const failed: string[] = [];
for (const name of chosen) {
  const { validate } = await import(`./${name}.ts`) as {
    validate: (report: (line: string) => void) => Promise<boolean>;
  };
  const passed = await validate((line) => console.log(line));
  console.log(`${name}: ${passed ? "passed" : "FAILED"}`);
  if (!passed) failed.push(name);
}
if (failed.length > 0) Deno.exit(1);
