/** Body of the workers of `workers.ts`: imports a module and calls one of its functions. */
import type { WorkerAnswer } from "./workers.ts";

interface Call {
  module: string;
  name: string;
  item: unknown;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Call>) => void;
  postMessage(answer: WorkerAnswer): void;
};

scope.onmessage = async ({ data: { module, name, item } }) => {
  try {
    const { [name]: task } = await import(module);
    scope.postMessage({ result: await task(item) });
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    scope.postMessage({
      error: {
        name: error.name,
        message: error.message,
        stack: error.stack ?? "",
      },
    });
  }
};
