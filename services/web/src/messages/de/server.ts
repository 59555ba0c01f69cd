/** The server's texts in German, by its codes. Those of other codes are shown as the server sends them, in English. */
const texts: Readonly<Record<string, string>> = {};

export default texts;
