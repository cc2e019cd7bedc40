// What is on a recovery sheet, and what it opens.
import { type Outcome, request } from "../api";
import { sheetHalves } from "../e2ee/stretch";
import { symbolsIn } from "../link";
import type { SheetShown, SheetVault } from "../protocol";

const GROUP = /.{4}/g;
const SYMBOLS = 32;

/** As it is printed: eight groups of four. */
export function grouped(code: string): string {
  return (code.match(GROUP) ?? []).join("-");
}

/** The code in what somebody typed off their paper. */
export function sheetCodeIn(typed: string): string | undefined {
  const code = symbolsIn(typed.trim());
  return code?.length === SYMBOLS ? code : undefined;
}

/** What the server has sealed for a sheet, with what shows that somebody has it and what opens it. */
export async function lookAtSheet(
  login: string,
  code: string,
): Promise<Outcome<{ readonly shown: SheetShown; readonly key: CryptoKey; readonly vault: string }>> {
  const { proof, key } = await sheetHalves(code);
  const shown: SheetShown = { login, proof };
  const looked = await request<SheetVault>("POST", "/api/sheets/look", shown);
  return looked.type === "done" ? { type: "done", value: { shown, key, vault: looked.value.vault } } : looked;
}
