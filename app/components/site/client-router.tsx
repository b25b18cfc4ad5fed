"use client";
import { useRouter } from "next/navigation";
import { RouterProvider } from "react-aria-components";

/** Lets links inside menus navigate as the other links do. */
export function ClientRouter({ children }: { children: React.ReactNode }) {
  const router = useRouter();
  return <RouterProvider navigate={(path) => router.push(path)}>{children}</RouterProvider>;
}
