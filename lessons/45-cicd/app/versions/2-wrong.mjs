export const version = '2-wrong';

export const price = (quantity) => quantity + 12;
