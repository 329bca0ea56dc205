// What the keys do on the fleet page, for the dialog that lists them.
export const KEYS = [
  ["j / k", "next / previous unit"],
  ["Enter", "open the selected unit"],
];
