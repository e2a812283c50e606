/** The method: one of a list, or any other. */

import { element } from "./page";

const select = element<HTMLSelectElement>("method");
const other = element<HTMLInputElement>("other-method");

/** Return the method that is chosen. */
export function readMethod(): string {
  return select.value || other.value.trim().toUpperCase() || "GET";
}

export function showMethod(method: string): void {
  const isListed = [...select.options].some((option) => option.value === method && method);
  if (readMethod() === method && (isListed || select.value === "")) return;
  select.value = isListed ? method : "";
  other.value = isListed ? "" : method;
  other.hidden = isListed;
}

/** Call back when the user has chosen a method. */
export function onMethod(changed: () => void): void {
  select.addEventListener("change", () => {
    other.hidden = select.value !== "";
    if (!other.hidden) other.focus();
    changed();
  });
  other.addEventListener("input", changed);
}
