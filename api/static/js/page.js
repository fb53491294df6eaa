/* The chat page: the conversation fills it. */

import { chat } from "./chat.js";

chat(document.getElementById("chat"));
