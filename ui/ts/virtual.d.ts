/** Made by vite.config.ts of emojibase's data: [emoji, its :name:, English name, Chinese name, words to find it by, group]. */
declare module "virtual:emoji" {
  const emoji: [sign: string, name: string, english: string, chinese: string, words: string, group: number][]
  export default emoji
}
