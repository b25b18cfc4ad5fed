-- AlterTable
ALTER TABLE "Version" ADD COLUMN "title" TEXT NOT NULL DEFAULT '',
ADD COLUMN "field" TEXT,
ADD COLUMN "license" TEXT,
ADD COLUMN "hasData" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "newest" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Blob" ADD COLUMN "touchedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "Version_figureSha256_idx" ON "Version"("figureSha256");

-- At most one newest version a publication, and the gallery's default order straight from an index.
CREATE UNIQUE INDEX "Version_one_newest" ON "Version" ("publicationId") WHERE "newest";
CREATE INDEX "Version_newest_publishedAt" ON "Version" ("publishedAt" DESC, "id" DESC) WHERE "newest";
