import{a}from"./chunk-FLC2DAG6.js";import"./chunk-I7AUKTXE.js";export{a as visit};
