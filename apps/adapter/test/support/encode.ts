import iconv from 'iconv-lite';

/** As an old system writes it. @param codec iconv-lite's name: `euckr`. */
export const encode = (text: string, codec: string): Buffer => iconv.encode(text, codec);
