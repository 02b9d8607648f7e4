// @ts-check
import { begin } from "./js/app.js";
import "./js/wall.js";

begin();
