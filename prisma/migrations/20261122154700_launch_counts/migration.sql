-- Launches of one address within its present hour.
CREATE TABLE "LaunchCount" (
  "address" TEXT NOT NULL,
  "count" INTEGER NOT NULL,
  "windowEnds" TIMESTAMP(3) NOT NULL,
  CONSTRAINT "LaunchCount_pkey" PRIMARY KEY ("address")
);
CREATE INDEX "LaunchCount_windowEnds_idx" ON "LaunchCount"("windowEnds");
