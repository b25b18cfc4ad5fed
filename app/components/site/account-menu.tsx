"use client";
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import { signOut } from "./sign-out.ts";

interface Props {
  name: string;
  email: string;
  isAdministrator: boolean;
}

/** Whose account it is, what is theirs, and the way out. */
export function AccountMenu({ name, email, isAdministrator }: Props) {
  return (
    <MenuTrigger>
      <Button className="button button-quiet" aria-label={`Account of ${name}`}>
        <Icon name="person" />
        <span className="hidden max-w-36 truncate sm:inline">{name}</span>
      </Button>
      <Popover className="popover" placement="bottom end">
        <p className="hint truncate px-2.5 pb-1 pt-1.5">{email}</p>
        <Menu aria-label="Account">
          <MenuItem href="/me" className="menu-item">
            My papers and sessions
          </MenuItem>
          <MenuItem href="/publish" className="menu-item">
            Publish a paper
          </MenuItem>
          <MenuItem href="/me#tokens" className="menu-item">
            API tokens
          </MenuItem>
          {isAdministrator && (
            <MenuItem href="/admin" className="menu-item">
              Operation
            </MenuItem>
          )}
          <Separator className="my-1 border-t border-rule" />
          <MenuItem className="menu-item" onAction={signOut}>
            Sign out
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
