// What the viewer uses of its libraries.
export { MultiDirectedGraph } from "graphology";
export { default as Sigma } from "sigma";
export { extremityArrow, layerFill, pathCurved, pathLine, pathLoop, sdfCircle, sdfDiamond, sdfSquare } from "sigma/rendering";
