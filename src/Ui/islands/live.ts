import { HubConnectionBuilder, HubConnectionState, LogLevel, type HubConnection } from "@microsoft/signalr";

// Follows the groups a page names in data-live="venue:… booking:…". After a lost connection it joins again and fetches what it missed by cursor.
interface News { name: string; group: string; cursor: string; data: unknown }

let connection: HubConnection | null = null;
const cursors = new Map<string, string>();

export function watch() {
  const wanted = new Set([...document.querySelectorAll<HTMLElement>("[data-live]")].flatMap((e) => e.dataset.live!.split(" ").filter(Boolean)));
  if (!connection) {
    connection = new HubConnectionBuilder().withUrl("/live").withAutomaticReconnect([0, 1000, 2000, 5000, 10000, 30000]).configureLogging(LogLevel.None).build();
    connection.on("event", tell);
    connection.onreconnecting(() => document.documentElement.toggleAttribute("data-offline", true));
    connection.onreconnected(() => void rejoin());
    void connection.start().then(rejoin).catch(() => undefined);
  }
  for (const group of cursors.keys()) {
    if (!wanted.has(group)) {
      cursors.delete(group);
      if (connection.state === HubConnectionState.Connected) void connection.send("Leave", group).catch(() => undefined);
    }
  }
  for (const group of wanted) {
    if (cursors.has(group)) continue;
    cursors.set(group, document.querySelector<HTMLElement>("[data-cursor]")?.dataset.cursor ?? "0");
    if (connection.state === HubConnectionState.Connected) void join(group);
  }
}

async function rejoin() {
  document.documentElement.toggleAttribute("data-offline", false);
  await Promise.all([...cursors.keys()].map(join));
}

async function join(group: string) {
  try {
    if (!(await connection!.invoke<boolean>("Join", group))) return;
    const response = await fetch(`/api/v1/live/events?group=${encodeURIComponent(group)}&after=${cursors.get(group) ?? "0"}`);
    if (!response.ok) return;
    const { data } = (await response.json()) as { data: { items: News[] } };
    data.items.forEach(tell);
  } catch {
    // The line went, or the page did; whoever is still here joins again when it is back.
  }
}

function tell(news: News) {
  if (Number(cursors.get(news.group) ?? 0) >= Number(news.cursor)) return;
  cursors.set(news.group, news.cursor);
  document.dispatchEvent(new CustomEvent("sarai:event", { detail: news }));
}
