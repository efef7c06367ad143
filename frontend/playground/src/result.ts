/** What is asked, and what is answered. */
import type { FormattedExecutionResult } from "graphql";

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string | null;
}
export type Result = FormattedExecutionResult<Record<string, unknown>>;

export function failure(message: string): Result {
  return { errors: [{ message }] };
}
