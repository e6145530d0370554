// What pages do beyond plain HTML. Every page works without it but for passkeys, which browsers offer to scripts only.
import "htmx.org";
import { passkeys } from "./passkeys.js";

document.documentElement.classList.remove("no-js");

// Opens <dialog id="x"> from <button data-opens="x">; closing is the dialog's own form method="dialog".
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  if (event.target.closest("[data-prints]")) window.print();
});

// A group of the menu closes by Escape, by pressing anywhere else and when the focus leaves it.
const closeMenus = (but) => {
  for (const group of document.querySelectorAll(".ph-nav details[open]")) if (group !== but) group.open = false;
};
for (const what of ["click", "focusin"]) {
  document.addEventListener(what, (event) => closeMenus(event.target.closest(".ph-nav details")));
}
document.addEventListener("keydown", (event) => {
  const group = event.key === "Escape" && document.querySelector(".ph-nav details[open]");
  if (!group) return;
  if (group.contains(document.activeElement)) group.querySelector("summary").focus();
  closeMenus(null);
});

// A form is sent once, however often it is pressed; coming back by the browser's button sets it free.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.dataset.passkey) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".error-summary")?.focus();
  passkeys();
});
