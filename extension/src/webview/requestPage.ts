/** The request panel: a form for the request on one side, the response on the other. */

import type { ToPanel } from "../core/panel";
import { formReceivers, startForm } from "./form";
import type { Of, Receivers } from "./page";
import { responseReceivers } from "./responseView";

const receivers: Receivers<ToPanel["kind"]> = { ...formReceivers, ...responseReceivers };

function receive<Kind extends ToPanel["kind"]>(message: Of<Kind>): void {
  receivers[message.kind as Kind](message);
}

window.addEventListener("message", (event: MessageEvent<ToPanel>) => receive(event.data));
startForm();
