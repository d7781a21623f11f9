import { mount } from "svelte";
import App from "./App.svelte";
import { hurry, resume } from "./lib/session.svelte";
import "./style.css";

mount(App, { target: document.getElementById("page")! });
addEventListener("online", hurry);
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") hurry();
});
void resume();
