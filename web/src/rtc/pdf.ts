// What reads a PDF: Mozilla's pdf.js with its worker, a file of our own server like any other. Loaded only on use.
import { GlobalWorkerOptions, PasswordException, getDocument, version } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { PDFDocumentProxy } from "pdfjs-dist";
import workerAddress from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?worker&url";

import { Unreadable } from "./paper";
import { ownWorker } from "./workers";

export interface Reader {
  readonly document: PDFDocumentProxy;
  close(): void;
}

/** Where the build puts the readers of rare pictures. */
const RARE_PICTURES = `/assets/pdf-${version}/`;

/** Reads a file that is in memory; nothing is fetched for it, whatever it says. */
export async function read(data: Uint8Array): Promise<Reader> {
  const worker = ownWorker(workerAddress, "module");
  GlobalWorkerOptions.workerPort = worker;
  const task = getDocument({
    data,
    // No program is compiled here: the content policy does not allow it. Pictures of fax machines and JPEG 2000 are
    // then read by script, which is a file of our own as well.
    useWasm: false,
    wasmUrl: new URL(RARE_PICTURES, location.href).href,
    useWorkerFetch: false,
    enableXfa: false,
    stopAtErrors: false,
  });
  const close = () => {
    GlobalWorkerOptions.workerPort = null;
    void task.destroy().finally(() => worker.terminate());
  };
  try {
    const document = await task.promise;
    return { document, close };
  } catch (error) {
    close();
    throw new Unreadable(error instanceof PasswordException);
  }
}

