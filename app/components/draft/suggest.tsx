"use client";
import {
  ComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import { Icon } from "../ui/icons.tsx";

interface Props {
  label: string;
  hint: string;
  value: string;
  choices: { id: string; label: string }[];
  error: string | undefined;
  onChange: (value: string) => void;
  onSave: (value: string) => void;
}

/** A line of text with suggestions; anything else may be typed as well. */
export function Suggest({ label, hint, value, choices, error, onChange, onSave }: Props) {
  return (
    <ComboBox
      className="grid gap-1"
      allowsCustomValue
      menuTrigger="focus"
      inputValue={value}
      onInputChange={onChange}
      onSelectionChange={(key) => {
        if (key === null) return;
        onChange(String(key));
        onSave(String(key));
      }}
      onBlur={() => onSave(value.trim())}
      isInvalid={error !== undefined}
    >
      <Label className="label mb-0">{label}</Label>
      <div className="flex">
        <Input className="field" />
        <Icon name="down" className="pointer-events-none -ml-7 mr-3 self-center text-quiet" />
      </div>
      <Text slot="description" className="hint">
        {hint}
      </Text>
      {error && <FieldError className="text-[0.8125rem] text-bad">{error}</FieldError>}
      <Popover className="popover max-h-80 w-[var(--trigger-width)]">
        <ListBox items={choices}>
          {(choice) => (
            <ListBoxItem id={choice.id} textValue={choice.id} className="menu-item text-sm">
              {choice.label}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
