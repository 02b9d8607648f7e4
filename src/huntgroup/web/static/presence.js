// @ts-check
import "./js/presence.js";
