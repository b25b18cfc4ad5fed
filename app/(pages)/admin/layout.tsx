import { AdminNav } from "../../components/admin/admin-nav.tsx";
import { LiveRefresh } from "../../components/admin/live-refresh.tsx";
import { administrator } from "./administrator.ts";

export default async function AdminLayout({ children }: { children: React.ReactNode }) {
  await administrator();
  return (
    <div className="wrap admin pt-8 pb-12">
      <div className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-b border-rule pb-3">
        <AdminNav />
        <LiveRefresh />
      </div>
      {children}
    </div>
  );
}
