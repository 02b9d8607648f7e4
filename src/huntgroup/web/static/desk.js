// @ts-check
import { begin } from "./js/app.js";
import "./js/desk.js";

begin(new URLSearchParams(location.search).get("agent"));
