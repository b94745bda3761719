/**
 * The newest messages of the channels that were opened lately, for reading without a connection. They belong to one
 * person: whoever signs in next finds nothing of them.
 */
export interface Kept {
  channel: string
  person: string
  title: string
  where: string
  html: string
  /** In which its reader tells the time; in what was kept before this was, nothing. */
  zone?: string
  /** When it was kept, and when it was last opened: milliseconds. */
  at: number
  opened: number
}

const NAME = "collab-kept"
const STORE = "channels"
export const MOST_CHANNELS = 20

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "channel" })
    asked.onsuccess = () => resolve(asked.result)
    asked.onerror = () => reject(asked.error)
  })
}

async function within<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await opened()
  try {
    return await new Promise<T>((resolve, reject) => {
      const moves = db.transaction(STORE, mode)
      const asked = work(moves.objectStore(STORE))
      moves.oncomplete = () => resolve(asked.result)
      moves.onerror = moves.onabort = () => reject(moves.error)
    })
  } finally {
    db.close()
  }
}

/** Everything, the channel opened last first. */
export async function kept(): Promise<Kept[]> {
  const all = await within<Kept[]>("readonly", (store) => store.getAll())
  return all.sort((one, other) => other.opened - one.opened)
}

/** Keeps a channel; of more than twenty those go that were opened longest ago. */
export async function keep(one: Kept) {
  await within("readwrite", (store) => store.put(one))
  for (const old of (await kept()).slice(MOST_CHANNELS)) await forget(old.channel)
}

export const forget = (channel: string) => within("readwrite", (store) => store.delete(channel))
export const forgetKept = () => within("readwrite", (store) => store.clear())
