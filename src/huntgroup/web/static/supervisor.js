// @ts-check
import { begin } from "./js/app.js";
import "./js/supervisor.js";

begin();
