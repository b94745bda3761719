/** Keeps a small choice where the server can read it when it draws the next page. */
export function keepCookie(name: string, value: string) {
  const secure = location.protocol === "https:" ? "; secure" : ""
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`
}
