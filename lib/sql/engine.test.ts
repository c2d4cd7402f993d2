import { testEngines } from "../testing/engines.ts";
import { engineContract } from "./testing/engine_contract.ts";

for (const engine of testEngines) engineContract(engine);
