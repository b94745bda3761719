/** Whether this browser was last shown light or dark: for the page that it draws itself, without a connection. */
const KEY = "look"

export function noteLook() {
  try {
    localStorage.setItem(KEY, document.documentElement.className)
  } catch {
    // A browser that keeps nothing follows the system.
  }
}

export function lookAsBefore() {
  try {
    document.documentElement.className = localStorage.getItem(KEY) ?? ""
  } catch {
    // The same.
  }
}
