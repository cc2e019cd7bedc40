// The words that journeys look for. The accessible names of the controls are fixed for good: who changes one of them
// changes what blind people and these journeys rely on.

export const WORDS = {
  de: {
    newMeeting: "Neues Treffen",
    meetingField: "Meeting-ID",
    next: "Weiter",
    nameField: "Name oder Pseudonym",
    microphone: "Mikrofon",
    camera: "Kamera",
    agree: "Ich willige ein",
    join: "Beitreten",
    leave: "Verlassen",
    rejoin: "Wieder beitreten",
    muted: /Mikrofon aus|stumm/i,
    paused: /Bild angehalten/i,
    reconnecting: /verbindet wieder|Verbindung wird wiederhergestellt/i,
  },
  en: {
    newMeeting: "New meeting",
    meetingField: "Meeting ID",
    next: "Continue",
    nameField: "Name or pseudonym",
    microphone: "Microphone",
    camera: "Camera",
    agree: "I consent",
    join: "Join",
    leave: "Leave",
    rejoin: "Join again",
    muted: /microphone off|muted/i,
    paused: /picture paused/i,
    reconnecting: /reconnecting/i,
  },
} as const;

export type Language = keyof typeof WORDS;
