-- Figures of the last day are counted by it.
CREATE INDEX "Session_createdAt_idx" ON "Session"("createdAt");
