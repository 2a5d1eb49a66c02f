/** A running `deno jupyter` kernel, without Python. */
import { join } from "node:path";
import {
  decodeMessage,
  encodeRequest,
  type Message,
  type Session,
} from "./messages.ts";
import { ZmtpSocket, type ZmtpSocketType } from "./zmtp.ts";

/** How to start a kernel. */
export interface KernelOptions {
  /** Working directory, for a notebook its own folder. */
  cwd: string;
  /** Environment beside that of this process. */
  env?: Record<string, string>;
}

/** A kernel that ended while it was needed. */
export class KernelDeath extends Error {
  override readonly name = "KernelDeath";
}

const startLimit_ms = 30_000;

/** A kernel that executes one request at a time; disposing of it ends it. */
export class Kernel implements AsyncDisposable {
  /** Takes what the kernel publishes: outputs and states. */
  onPublished: (message: Message) => void = () => {};
  /** Rejects when the kernel ends or its connection breaks, and never resolves. */
  readonly failed: Promise<never>;

  readonly #process: Deno.ChildProcess;
  readonly #session: Session;
  readonly #folder: string;
  readonly #sockets: ZmtpSocket[] = [];
  readonly #replies = new Map<string, (reply: Message) => void>();
  readonly #fail: (error: Error) => void;
  readonly #complaints: Promise<string>;
  #stopping = false;

  private constructor(
    process: Deno.ChildProcess,
    session: Session,
    folder: string,
  ) {
    this.#process = process;
    this.#session = session;
    this.#folder = folder;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // nobody may be waiting when the kernel ends
    this.failed = promise;
    this.#fail = reject;
    this.#complaints = readTail(process.stderr);
    process.status.then(async ({ code, signal }) => {
      const said = this.#stopping ? "" : (await this.#complaints).trim();
      reject(
        new KernelDeath(
          `the kernel ended with ${signal ?? `status ${code}`}${
            said === "" ? "" : `, saying\n${said}`
          }`,
        ),
      );
    });
  }

  /**
   * Starts a kernel of the running Deno and waits until it publishes to us.
   *
   * @param options Working directory and environment.
   * @throws {KernelDeath} If it does not start.
   */
  static async start(options: KernelOptions): Promise<Kernel> {
    // Another process may take a free port before the kernel does.
    for (let attempts = 3;; attempts--) {
      const kernel = await Kernel.#spawn(options);
      const timer = setTimeout(() => {
        const limit = `${startLimit_ms / 1000} s`;
        kernel.#fail(new KernelDeath(`the kernel did not answer in ${limit}`));
      }, startLimit_ms);
      try {
        await kernel.#connect();
        return kernel;
      } catch (error) {
        await kernel[Symbol.asyncDispose]();
        if (attempts === 1 || !(error instanceof KernelDeath)) throw error;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** Process id of the kernel. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Asks the kernel and waits for its reply.
   *
   * @param type Kind of request, for example `execute_request`.
   * @param content What is asked.
   * @returns Content of the reply.
   * @throws {KernelDeath} If the kernel ends before it replies.
   */
  async request(
    type: string,
    content: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    const { id, frames } = encodeRequest(type, content, this.#session);
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#replies.set(id, resolve);
    try {
      const sent = this.#sockets[0]!.send(frames);
      const reply = await Promise.race([
        sent.then(() => promise),
        this.failed,
      ]);
      return reply.content;
    } catch (error) {
      // A broken connection is a sign of a dead kernel, which says more.
      if (error instanceof KernelDeath) throw error;
      return await this.failed;
    } finally {
      this.#replies.delete(id);
    }
  }

  /** Ends the kernel at once; whoever waits for it sees {@linkcode Kernel.failed}. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
  }

  /** Ends the kernel and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    this.kill();
    await this.#process.status;
    await this.#complaints;
    for (const socket of this.#sockets) socket[Symbol.dispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  static async #spawn({ cwd, env = {} }: KernelOptions): Promise<Kernel> {
    const session = { id: crypto.randomUUID(), key: crypto.randomUUID() };
    const folder = await Deno.makeTempDir({ prefix: "cathode-kernel-" });
    const file = connectionFile(folder);
    const [shell, iopub, stdin, control, heartbeat] = freePorts(5);
    await Deno.writeTextFile(
      file,
      JSON.stringify({
        transport: "tcp",
        ip: "127.0.0.1",
        shell_port: shell,
        iopub_port: iopub,
        stdin_port: stdin,
        control_port: control,
        hb_port: heartbeat,
        signature_scheme: "hmac-sha256",
        key: session.key,
      }),
    );
    const process = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--quiet", "--kernel", "--conn", file],
      cwd,
      env: { ...env, NO_COLOR: "1" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    return new Kernel(process, session, folder);
  }

  async #connect(): Promise<void> {
    const { shell_port, iopub_port } = JSON.parse(
      await Deno.readTextFile(connectionFile(this.#folder)),
    );
    this.#sockets.push(
      await this.#dial("DEALER", shell_port),
      await this.#dial("SUB", iopub_port),
    );
    const [shell, iopub] = this.#sockets;
    this.#listen(shell!, (message) => {
      this.#replies.get(message.parent ?? "")?.(message);
    });
    this.#listen(iopub!, (message) => this.onPublished(message));
    await this.#awaitSubscription();
  }

  /** Connects as soon as the kernel listens. */
  async #dial(type: ZmtpSocketType, port: number): Promise<ZmtpSocket> {
    while (true) {
      try {
        return await ZmtpSocket.connect(type, port);
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
      await Promise.race([pause(10), this.failed]);
    }
  }

  /** The kernel drops what it publishes before it has read the subscription. */
  async #awaitSubscription(): Promise<void> {
    let heard = false;
    this.onPublished = () => heard = true;
    while (!heard) {
      await this.request("kernel_info_request", {});
      await pause(10);
    }
  }

  async #listen(
    socket: ZmtpSocket,
    take: (message: Message) => void,
  ): Promise<void> {
    try {
      for (
        let frames = await socket.receive();
        frames !== null;
        frames = await socket.receive()
      ) take(decodeMessage(frames, this.#session));
    } catch (error) {
      if (this.#stopping || isBrokenConnection(error)) return;
      // Deno 2.9 mixes what it publishes if one output fills the buffers of the
      // connection, at 2.5 MB or more.
      this.#fail(
        new KernelDeath(
          `what the kernel published cannot be read; one of its outputs may be too large (${error})`,
        ),
      );
    }
  }
}

function connectionFile(folder: string): string {
  return join(folder, "connection.json");
}

/** Ports that are free now; held together, so that they differ. */
function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    const { port } = listener.addr;
    listener.close();
    return port;
  });
}

/** The end of what a process writes. */
async function readTail(stream: ReadableStream<Uint8Array>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    tail = (tail + text).slice(-4000);
  }
  return tail;
}

function isBrokenConnection(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe;
}

function pause(time_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time_ms));
}
