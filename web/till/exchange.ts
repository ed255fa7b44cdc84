// One request to posd and its answer.

export type Reply = [status: number, body: { code?: string }];

// exchange asks posd; status 0 where no answer came that posd could have written.
export async function exchange(path: string, init: RequestInit): Promise<Reply> {
  try {
    const answer = await fetch(path, init);
    return [answer.status, await answer.json()];
  } catch {
    return [0, {}];
  }
}
