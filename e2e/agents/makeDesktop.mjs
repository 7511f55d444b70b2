// A desktop by the E2B door; says its id.
import { Sandbox } from '@e2b/desktop';

const desktop = await Sandbox.create({ resolution: [1280, 800], timeoutMs: 3_600_000 });
console.log(desktop.sandboxId);
