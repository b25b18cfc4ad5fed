"use client";
import { Button, Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from "react-aria-components";

interface Props {
  /** On the button, and on the one that confirms. */
  label: string;
  /** The whole sentence for screen readers, where many buttons have the same label. */
  description?: string;
  title: string;
  body: React.ReactNode;
  onConfirm: () => unknown;
  className?: string;
  isPrimary?: boolean;
  isDisabled?: boolean;
}

/** A button whose deed cannot be undone: it says what will happen, and asks. */
export function ConfirmButton({
  label,
  description,
  title,
  body,
  onConfirm,
  className = "button-small",
  isPrimary = false,
  isDisabled = false,
}: Props) {
  return (
    <DialogTrigger>
      <Button
        className={`button ${isPrimary ? "button-primary" : ""} ${className}`}
        isDisabled={isDisabled}
        {...(description ? { "aria-label": description } : {})}
      >
        {label}
      </Button>
      <ModalOverlay className="dialog-veil" isDismissable>
        <Modal className="contents">
          <Dialog role="alertdialog" className="dialog">
            {({ close }) => (
              <>
                <Heading slot="title" className="text-2xl font-semibold">
                  {title}
                </Heading>
                <div className="mt-3 grid gap-3">
                  {typeof body === "string" ? <p>{body}</p> : body}
                </div>
                <div className="mt-6 flex flex-wrap justify-end gap-3">
                  <Button className="button" onPress={close} autoFocus>
                    Cancel
                  </Button>
                  <Button
                    className={`button ${isPrimary ? "button-primary" : "button-danger"}`}
                    onPress={() => {
                      close();
                      onConfirm();
                    }}
                  >
                    {label}
                  </Button>
                </div>
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}
