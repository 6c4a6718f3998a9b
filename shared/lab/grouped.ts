/** A number as people read it in English: 4,194,304. @param value a whole number, not negative */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
