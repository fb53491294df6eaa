/* The chat page: the conversation, alone. */

import { chat } from "./chat.js";

chat(document.getElementById("chat"));
