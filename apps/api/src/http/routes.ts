import { computerUseHandlers } from '../doors/computer/handlers.ts';
import type { DoorFacts } from '../doors/door.ts';
import type { Identity } from '../identity/identity.ts';
import type { Services } from '../services.ts';
import type { Gatekeeper } from './authenticate.ts';
import { browserHandlers } from './browser.ts';
import { bundleHandlers } from './bundles.ts';
import { changeHandlers } from './changes.ts';
import { checkpointHandlers } from './checkpoints.ts';
import { conversationHandlers } from './conversations.ts';
import { demoHandlers } from './demo.ts';
import { doorHandlers } from './doors.ts';
import { execHandlers } from './execs.ts';
import { fileHandlers } from './files.ts';
import { gateHandlers } from './gate.ts';
import type { Handlers } from './handlers.ts';
import { identityHandlers } from './identity.ts';
import { machineHandlers } from './machine.ts';
import { pastFileHandlers } from './pastFiles.ts';
import { privacyHandlers } from './privacy.ts';
import { recordingHandlers } from './recording.ts';
import { reviewHandlers } from './reviews.ts';
import { ruleHandlers } from './rules.ts';
import { sandboxHandlers } from './sandboxes.ts';
import { screenHandlers } from './screen.ts';
import { searchHandlers } from './search.ts';
import { stillHandlers } from './stills.ts';
import { systemHandlers } from './system.ts';
import { terminalHandlers } from './terminals.ts';
import { timelineHandlers } from './timeline.ts';
import { webhookHandlers } from './webhooks.ts';

/** Every handler. The return type is the proof that none is missing. */
export function createHandlers(
  services: Services,
  identity: Identity,
  gatekeeper: Gatekeeper,
  doors: readonly DoorFacts[],
): Handlers {
  return {
    ...systemHandlers(services),
    ...identityHandlers(identity, gatekeeper),
    ...doorHandlers(doors, identity),
    ...demoHandlers(services),
    ...sandboxHandlers(services),
    ...checkpointHandlers(services),
    ...terminalHandlers(services),
    ...execHandlers(services),
    ...computerUseHandlers(services),
    ...fileHandlers(services),
    ...changeHandlers(services),
    ...machineHandlers(services),
    ...browserHandlers(services),
    ...screenHandlers(services),
    ...stillHandlers(services),
    ...privacyHandlers(services),
    ...recordingHandlers(services),
    ...conversationHandlers(services),
    ...pastFileHandlers(services),
    ...bundleHandlers(services),
    ...searchHandlers(services),
    ...timelineHandlers(services),
    ...ruleHandlers(services),
    ...gateHandlers(services),
    ...webhookHandlers(services),
    ...reviewHandlers(services),
  };
}
