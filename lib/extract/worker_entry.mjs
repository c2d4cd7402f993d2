// Entry of a worker thread: a worker does not take over the TypeScript loader of the thread that starts it.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
await import(workerData.script);
