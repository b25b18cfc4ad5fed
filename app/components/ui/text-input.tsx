"use client";
import {
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
  type TextFieldProps,
} from "react-aria-components";

interface Props extends Omit<TextFieldProps, "children"> {
  label: string;
  hint?: string;
  error?: string | undefined;
  placeholder?: string;
  /** More than one line. */
  rows?: number;
}

/** A labelled line of text with its hint and, where it is wrong, what is wrong. */
export function TextInput({ label, hint, error, placeholder, rows, ...rest }: Props) {
  return (
    <TextField {...rest} isInvalid={error !== undefined} className="grid gap-1">
      <Label className="label mb-0">{label}</Label>
      {rows ? (
        <TextArea className="field leading-relaxed" rows={rows} placeholder={placeholder} />
      ) : (
        <Input className="field" placeholder={placeholder} />
      )}
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      {error && <FieldError className="text-[0.8125rem] text-bad">{error}</FieldError>}
    </TextField>
  );
}
