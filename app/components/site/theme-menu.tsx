"use client";
import { useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";

export type Theme = "light" | "dark" | "system";
const themes: [Theme, string][] = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["system", "As the system"],
];

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const age = theme === "system" ? 0 : 31_536_000;
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it, so that no page flashes in the wrong theme
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax`;
}

/** Light, dark or the system's. Kept in a cookie that the server reads: the first paint is already right. */
export function ThemeMenu({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  return (
    <MenuTrigger>
      <Button className="button button-quiet" aria-label="Theme">
        <Icon name="sun" className="text-base" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu
          aria-label="Theme"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[theme]}
          onAction={(key) => {
            const chosen = themes.find(([name]) => name === key)?.[0] ?? "system";
            apply(chosen);
            setTheme(chosen);
          }}
        >
          {themes.map(([name, label]) => (
            <MenuItem key={name} id={name} className="menu-item">
              {({ isSelected }) => (
                <>
                  <Icon name="check" className={isSelected ? "" : "invisible"} />
                  {label}
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
