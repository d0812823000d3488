import { verdictOnHandwritten } from "./handwritten.js";
import { hint, NOTHING, tried } from "./hints.js";
import { verdict } from "./verdict.js";

// what works without a page, for whoever else has the keys: node, a worksheet
globalThis.cnnlibJudge = { hint, NOTHING, tried, verdict, verdictOnHandwritten };
