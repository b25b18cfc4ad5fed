"use client";
import { Button } from "react-aria-components";
import { AskingDialog } from "./asking-dialog.tsx";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  onStop: () => void;
}

/** Asks before a session is stopped: its files are kept, its memory is not. */
export function StopDialog({ isOpen, onClose, onStop }: Props) {
  return (
    <AskingDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Stop this session?"
      actions={
        <>
          <Button className="button" onPress={onClose} autoFocus>
            Go on
          </Button>
          <Button
            className="button button-primary"
            onPress={() => {
              onClose();
              onStop();
            }}
          >
            Stop the session
          </Button>
        </>
      }
    >
      <p>
        The files are saved and kept: you can resume, download or fork them afterwards. Only what is
        in the memory of running code goes.
      </p>
    </AskingDialog>
  );
}
