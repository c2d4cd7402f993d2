// Entry of a worker thread: a worker does not take over the TypeScript loader of the thread that starts it.
import { register } from "tsx/esm/api";

register();
await import("./extract_worker.ts");
