// Starts the client. Everything else is a page.
import { mount } from "svelte";

import { listenForOffer } from "./app";
import App from "./pages/App.svelte";

listenForOffer();

const target = document.getElementById("app");
if (!target) throw new Error("the shell has a place for the app");
mount(App, { target });
