"use client";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: React.ReactNode;
  /** The buttons, the safest last. */
  actions: React.ReactNode;
}

/** A dialog that the page opens by itself and that can be waved away with Escape. */
export function AskingDialog({ isOpen, onClose, title, children, actions }: Props) {
  return (
    <ModalOverlay
      className="dialog-veil"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="contents">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title" className="text-2xl font-semibold">
            {title}
          </Heading>
          <div className="mt-3 grid gap-3">{children}</div>
          <div className="mt-6 flex flex-wrap justify-end gap-3">{actions}</div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
