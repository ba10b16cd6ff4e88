// Starts `paasta-render lsp` for the soa-configs folder and lets it answer for YAML and JSON files.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const settings = workspace.getConfiguration("paastaRender");
  const folders = workspace.workspaceFolders || [];
  const soaDir = settings.get("soaDir") || (folders[0] && folders[0].uri.fsPath);
  if (!soaDir) {
    return;
  }
  const server = { command: settings.get("command"), args: ["lsp", "--soa-dir", soaDir] };
  client = new LanguageClient("paasta-render", "paasta-render", server, {
    documentSelector: [{ scheme: "file", pattern: `${soaDir}/**/*.{yaml,json}` }],
  });
  return client.start();
};

exports.deactivate = () => client && client.stop();
