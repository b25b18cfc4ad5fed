-- Warm pool, limits and launches through the Binder API.
ALTER TABLE "Publication" ADD COLUMN "sessionLimit" INTEGER;
ALTER TABLE "Workspace" ADD COLUMN "fullAt" TIMESTAMP(3);
ALTER TABLE "Session" ADD COLUMN "app" TEXT,
  ADD COLUMN "clientAddress" TEXT,
  ADD COLUMN "warm" BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN "environmentVariables" JSONB;
CREATE INDEX "Session_clientAddress_idx" ON "Session"("clientAddress");

CREATE TYPE "SlotState" AS ENUM ('starting', 'ready');
CREATE TABLE "Slot" (
  "id" TEXT NOT NULL,
  "state" "SlotState" NOT NULL DEFAULT 'starting',
  "environmentKey" TEXT NOT NULL,
  "imageId" TEXT NOT NULL,
  "token" TEXT NOT NULL,
  "engineRef" TEXT,
  "address" JSONB,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "readyAt" TIMESTAMP(3),
  "expiresAt" TIMESTAMP(3) NOT NULL,
  CONSTRAINT "Slot_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Slot_environmentKey_state_idx" ON "Slot"("environmentKey", "state");
ALTER TABLE "Slot" ADD CONSTRAINT "Slot_environmentKey_fkey"
  FOREIGN KEY ("environmentKey") REFERENCES "Environment"("key") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TYPE "BanKind" AS ENUM ('address', 'user', 'repository');
CREATE TABLE "Ban" (
  "id" TEXT NOT NULL,
  "kind" "BanKind" NOT NULL,
  "value" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "expiresAt" TIMESTAMP(3),
  CONSTRAINT "Ban_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Ban_kind_value_key" ON "Ban"("kind", "value");

CREATE TABLE "BinderSource" (
  "id" TEXT NOT NULL,
  "provider" TEXT NOT NULL,
  "repository" TEXT NOT NULL,
  "resolved" TEXT NOT NULL,
  "versionId" TEXT NOT NULL,
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "lastUsedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "BinderSource_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "BinderSource_provider_repository_resolved_key" ON "BinderSource"("provider", "repository", "resolved");
ALTER TABLE "BinderSource" ADD CONSTRAINT "BinderSource_versionId_fkey"
  FOREIGN KEY ("versionId") REFERENCES "Version"("id") ON DELETE CASCADE ON UPDATE CASCADE;
