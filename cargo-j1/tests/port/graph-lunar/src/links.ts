export function consoleLink(path: string) {
  return `https://console.lunar.example${encodeURI(path)}`;
}

export function lastPart(url: string) {
  const parts = url.split('/');
  return parts[parts.length - 1];
}

export function placeOf(name: string) {
  const parts = name.split('/');
  return {
    region: parts[1],
    sector: parts[3],
  };
}
