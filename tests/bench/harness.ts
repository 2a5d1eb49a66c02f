/** Speed of ours and of a peer, in pairs: same input, results compared before times. */
import { projectPath, writeWhole } from "@cathode/core/mod.ts";

/** One pair. */
export interface Benchmark {
  /** What is measured; both programs know it by this name. */
  name: string;
  /** On what, for example `256 45%`; both programs get it word by word. */
  case: string;
  /** The package measured against. */
  peer: string;
  /** Program of ours: `deno run` takes it with name, words of the case and the output file. */
  ours: string;
  /** Python program of the peer, called alike. */
  peers: string;
  /** File without which the pair is skipped. */
  needs?: string;
  /** Whether the results are equal as far as they must be. */
  equal: (
    ours: Uint8Array<ArrayBuffer>,
    peer: Uint8Array<ArrayBuffer>,
  ) => boolean;
}

/** One row of `data/out/bench.json`. */
export interface BenchResult {
  name: string;
  case: string;
  peer: string;
  /** Medians of the repetitions, and their ratio, above 1 where ours is faster. */
  ours_s: number;
  peer_s: number;
  ratio: number;
  /** Peak resident memory of the process. */
  ours_mb: number;
  peer_mb: number;
  equal: boolean;
  /** Fastest and slowest repetition. */
  ours_spread_s: [number, number];
  peer_spread_s: [number, number];
}

/** What a program prints: seconds of each repetition and peak memory. */
interface Run {
  seconds: number[];
  mb: number;
}

/** Pinned packages of the peers. */
const requirements = [
  "numpy==2.3.5",
  "scipy==1.17.1",
  "scikit-image==0.26.0",
  "scikit-learn==1.9.1",
  "shap==0.51.0",
  "edt==3.1.2",
  "connected-components-3d==4.1.1",
];

/**
 * A Python with the peers, made when Python is there.
 *
 * @param folder Where it is, or is made.
 * @param system The Python that makes it.
 * @returns Its path, or undefined without Python.
 */
export async function benchPython(
  folder: string = projectPath("data", "cache", "bench-python"),
  system: string = "python3",
): Promise<string | undefined> {
  const python = `${folder}/bin/python`;
  const stamp = `${folder}/requirements.txt`;
  const wanted = requirements.join("\n");
  const made = await Deno.readTextFile(stamp).catch(() => "");
  if (made === wanted) return python;
  const there = await succeeds(system, ["--version"]);
  if (!there) return undefined;
  await command(system, ["-m", "venv", "--clear", folder]);
  await command(python, ["-m", "pip", "install", "-q", ...requirements]);
  await writeWhole(stamp, wanted);
  return python;
}

/** Runs both sides of a pair. */
export async function runPair(
  benchmark: Benchmark,
  python: string,
): Promise<BenchResult> {
  const folder = await Deno.makeTempDir();
  try {
    const words = [benchmark.name, ...benchmark.case.split(" ")];
    const files = [`${folder}/ours`, `${folder}/peer`] as const;
    const ours: Run = JSON.parse(
      await command(Deno.execPath(), [
        "run",
        "--allow-all",
        benchmark.ours,
        ...words,
        files[0],
      ]),
    );
    const peer: Run = JSON.parse(
      // No compiled modules among the sources.
      await command(python, ["-B", benchmark.peers, ...words, files[1]]),
    );
    const equal = benchmark.equal(
      await Deno.readFile(files[0]),
      await Deno.readFile(files[1]),
    );
    const ours_s = middle(ours.seconds), peer_s = middle(peer.seconds);
    return {
      name: benchmark.name,
      case: benchmark.case,
      peer: benchmark.peer,
      ours_s,
      peer_s,
      ratio: peer_s / ours_s,
      ours_mb: ours.mb,
      peer_mb: peer.mb,
      equal,
      ours_spread_s: [Math.min(...ours.seconds), Math.max(...ours.seconds)],
      peer_spread_s: [Math.min(...peer.seconds), Math.max(...peer.seconds)],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function command(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
  }).output();
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${text(stderr)}`);
  }
  return text(stdout);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
